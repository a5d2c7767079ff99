"""The show: goals, tip menu and mood strip."""
