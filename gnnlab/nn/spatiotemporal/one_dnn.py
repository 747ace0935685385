"""Products with weights, by oneDNN where torch was built with it."""

from typing import Optional

import torch
import torch.nn.functional as F
from torch import Tensor


def linear(
    x: Tensor, weight: Tensor, bias: Optional[Tensor] = None, added: Optional[Tensor] = None
) -> Tensor:
    """Of each row, W x + b (+ what is ``added`` to it); in float32 by oneDNN.

    torch's own way takes twice as long on processors for which its BLAS has no AVX-512.
    """
    one_dnn = x.dtype == torch.float32 and torch.backends.mkldnn.enabled
    if one_dnn and hasattr(torch.ops.mkldnn, "_linear_pointwise"):
        product = torch.ops.mkldnn._linear_pointwise
        if added is None:
            return product(x, weight, bias, "none", [], "")
        return product.binary(x, added, weight, bias, "add")
    out = F.linear(x, weight, bias)
    return out if added is None else out.add_(added)
