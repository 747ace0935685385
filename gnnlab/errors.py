"""What can go wrong that a user can act on; the command line prints these in one line."""


class GnnlabError(Exception):
    """Any error of gnnlab that a user can act on."""


class GraphError(GnnlabError):
    """A graph that cannot be built or used as it stands; the message names the node or edge."""


class DataError(GnnlabError):
    """A data set that cannot be found, fetched or trusted."""


class RunError(GnnlabError):
    """A run folder that cannot be written or read."""
