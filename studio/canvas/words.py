"""The canvas's words: what a step did, where to align, in the person's language."""

from shared.qt.translations import tr, tr_n
from studio.canvas.selection import Selection
from studio.project.steps import StepKind


def step_name(kind: StepKind) -> str:
    """A step as "Undo" names it."""
    return {
        StepKind.ADD_SOURCE: tr("add source"),
        StepKind.REMOVE_SOURCE: tr("remove source"),
        StepKind.CHANGE_SOURCE: tr("change source"),
        StepKind.CHANGE_FILTERS: tr("change filters"),
        StepKind.CHANGE_SOUND: tr("change sound"),
        StepKind.ADD_SCENE: tr("add scene"),
        StepKind.REMOVE_SCENE: tr("remove scene"),
        StepKind.RENAME_SCENE: tr("rename scene"),
        StepKind.ORDER_SCENES: tr("order of scenes"),
        StepKind.SWITCH_SCENE: tr("switch scene"),
        StepKind.ADD_ITEM: tr("add to scene"),
        StepKind.REMOVE_ITEM: tr("remove from scene"),
        StepKind.ORDER_ITEMS: tr("order in scene"),
        StepKind.MOVE: tr("move"),
        StepKind.RESIZE: tr("resize"),
        StepKind.CROP: tr("crop"),
        StepKind.SHOW: tr("show or hide"),
        StepKind.LOCK: tr("lock or unlock"),
        StepKind.TURN: tr("turn or flip"),
        StepKind.LOOK: tr("opacity or blending"),
        StepKind.GROUP: tr("group"),
        StepKind.UNGROUP: tr("take group apart"),
        StepKind.STUDIO_MODE: tr("scene in preview"),
        StepKind.TRANSITION: tr("transition"),
        StepKind.CHANGE: tr("change"),
    }[kind]


def undo_text(kind: StepKind | None) -> str:
    """What the undo button says."""
    return tr("Undo") if kind is None else tr("Undo: {step}", step=step_name(kind))


def redo_text(kind: StepKind | None) -> str:
    """What the redo button says."""
    return tr("Redo") if kind is None else tr("Redo: {step}", step=step_name(kind))


def inside_words(selection: Selection) -> str:
    """In which group the person is, and how to leave it; empty outside of groups."""
    inside = selection.inside
    return "" if inside is None else tr("Inside {name}. Esc leaves.", name=inside.scene.name)


def selection_words(selection: Selection) -> str:
    """What is picked, for a screen reader."""
    chosen = selection.chosen
    said = tr("Nothing selected; Page Up and Page Down select.")
    if len(chosen) > 1:
        said = tr_n("{n} item selected", "{n} items selected", len(chosen))
    elif chosen:
        rect = selection.rect(chosen[0])
        said = selection.name(chosen[0])
        if rect is not None:
            said = tr(
                "{name} at {x}, {y}; {width} by {height}",
                name=said,
                x=round(rect.x),
                y=round(rect.y),
                width=round(rect.width),
                height=round(rect.height),
            )
    return f"{inside_words(selection)} {said}".strip()
