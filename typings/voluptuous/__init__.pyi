# Home Assistant has replaced voluptuous by probatio and resolves the old name to it.
from probatio import *
