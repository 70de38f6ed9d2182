# Home Assistant replaced voluptuous by probatio and resolves this name to it for custom integrations.
from probatio import *
