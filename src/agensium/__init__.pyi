from agensium.notebook import profile as profile

__version__: str
