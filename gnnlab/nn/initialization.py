"""How the weights of recurrent networks are drawn, by name."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn

Draw = Callable[[Tensor], object]  # fills a block of weights in place

INITIALIZATIONS = ("normal", "scaled-normal", "xavier", "orthogonal", "identity")
DEFAULT_FORGET_BIAS = 1.0


def initialize(
    network: nn.Module,
    init: str,
    generator: torch.Generator,
    forget_bias: float = DEFAULT_FORGET_BIAS,
) -> None:
    """Draw all parameters of ``network`` anew, in place; each block of a gate by itself.

    Biases become 0, but for that of an LSTM's forget gate: above 0, its cells remember from the
    start (Jozefowicz et al. 2015). With ``"normal"`` it is 0 too.

    Args:
        network: a :class:`ChainNetwork`, ``torch.nn.RNN``, ``GRU`` or ``LSTM`` (without
            projections), a ``torch.nn.Linear``, or a module of these. A network and what
            ``from_torch`` makes of it get the same weights.
        init: how weights are drawn:

            - ``"normal"``: from N(0, 1), whatever the size.
            - ``"scaled-normal"``: from N(0, 1/n), n the number of inputs (LeCun et al. 1998).
            - ``"xavier"``: from U(-a, a), a = sqrt(6 / (inputs + outputs)) (Glorot and Bengio
              2010).
            - ``"orthogonal"``: recurrent ones orthogonal (Saxe et al. 2014), the rest as
              ``"xavier"``.
            - ``"identity"``: recurrent ones the identity, the rest from N(0, 0.001²) (Le et al.
              2015).
        generator: the source of randomness.
        forget_bias: of the forget gate, but with ``"normal"``: a cell keeps σ(forget_bias) of its
            content at each step.

    Raises:
        ValueError: an unknown name.

    >>> rnn = nn.RNN(3, 2)
    >>> initialize(rnn, "identity", torch.Generator().manual_seed(0))
    >>> rnn.weight_hh_l0.detach()
    tensor([[1., 0.],
            [0., 1.]])
    """
    if init not in INITIALIZATIONS:
        raise ValueError(f"init must be one of {', '.join(INITIALIZATIONS)}, got {init!r}")
    recurrent, other = _draws(init, generator)
    with torch.no_grad():
        for module in network.modules():
            own = dict(module.named_parameters(recurse=False))
            channels = next((own[name].shape[1] for name in own if "weight_hh" in name), None)
            for name, parameter in own.items():
                if "weight" in name:
                    for gate in parameter.split(channels or len(parameter)):
                        (recurrent if "weight_hh" in name else other)(gate)
                else:
                    parameter.zero_()
                    # torch's LSTM adds a second bias, bias_hh, to the same sum: it stays 0
                    gates = len(parameter) // channels if channels else 1
                    if gates == 4 and init != "normal" and "bias_hh" not in name:
                        parameter.view(gates, -1)[1] = forget_bias


def _draws(init: str, generator: torch.Generator) -> tuple[Draw, Draw]:
    """How recurrent blocks and other ones are drawn."""
    xavier = partial(nn.init.xavier_uniform_, generator=generator)
    if init == "orthogonal":
        return partial(nn.init.orthogonal_, generator=generator), xavier
    if init == "identity":
        return nn.init.eye_, partial(nn.init.normal_, std=1e-3, generator=generator)
    draws: dict[str, Draw] = {
        "normal": partial(nn.init.normal_, generator=generator),
        "scaled-normal": lambda block: nn.init.normal_(
            block, std=block.shape[1] ** -0.5, generator=generator
        ),
        "xavier": xavier,
    }
    return draws[init], draws[init]
