"""What stands behind `packaging/dev`: set up, run, test and check a source tree.

Standard library only, because it runs before anything is installed.
"""
