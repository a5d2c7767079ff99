"""Where the files that ship with the apps are, for what is shown."""

from shared.resources import resource_path as resource_path
