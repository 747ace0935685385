"""A window of each station as one linear layer sees it, and when it ends."""

import math

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from gnnlab.nn.spatiotemporal.series import check_sizes

DAY = 24 * 60  # minutes
WEEK = 7 * DAY

Wave = tuple[int, float, float]  # its channel, its center and its scale


class IdentityEncoder(nn.Module):
    """What a linear layer makes of a window, beside embeddings of its hour and of its weekday.

    s = [W [x_1 .. x_T] + b, t_hour, d_weekday] of the last step: in the words of Shao et al. (2022,
    STID), the window and its temporal identities. The spatial one, each station's embedding, is
    left to what reads s. There is no recurrence, and no station hears another.

    The clock is read off x: the hour and the weekday of the sine and the cosine of the week.

    Args:
        in_channels: size of a station's reading.
        steps: T.
        window_channels: size of what the linear layer makes.
        embedding_channels: size of t_hour and of d_weekday.
        sine: of the local time of the week, from Monday on, the same at all stations: its channel
            in x, and the center and the scale that it was scaled by.
        cosine: the same.

    Attributes:
        out_channels: the size of s.

    Shapes:
        x: [batch, time, station, in_channels]. embedding: [station, channel]; not seen. Returns
        [batch, station, out_channels].

    Raises:
        ValueError: a size below 1.

    >>> encoder = IdentityEncoder(3, 24, 4, 2, sine=(1, 0.0, 0.7), cosine=(2, 0.0, 0.7))
    >>> encoder(torch.ones(8, 24, 5, 3), torch.ones(5, 2)).shape
    torch.Size([8, 5, 8])
    """

    def __init__(
        self,
        in_channels: int,
        steps: int,
        window_channels: int,
        embedding_channels: int,
        *,
        sine: Wave,
        cosine: Wave,
    ):
        check_sizes(
            in_channels=in_channels,
            steps=steps,
            window_channels=window_channels,
            embedding_channels=embedding_channels,
        )
        super().__init__()
        self.in_channels, self.steps, self.week = in_channels, steps, (sine, cosine)
        self.out_channels = window_channels + 2 * embedding_channels
        self.of_window = nn.Linear(steps * in_channels, window_channels)
        self.hour = nn.Parameter(torch.randn(24, embedding_channels) / 4)
        self.weekday = nn.Parameter(torch.randn(7, embedding_channels) / 4)

    def forward(
        self,
        x: Float[Tensor, "batch time station in_channel"],
        embedding: Float[Tensor, "station embedding_channel"],
    ) -> Float[Tensor, "batch station out_channel"]:
        """The state; see the class.

        Raises:
            ValueError: windows of another shape.
        """
        batch, steps, stations, channels = x.shape
        if (steps, channels) != (self.steps, self.in_channels):
            raise ValueError(
                f"x must be of shape [batch, {self.steps}, station, {self.in_channels}], "
                f"got {list(x.shape)}"
            )
        hour, weekday = self.clock(x)
        times = torch.cat([self.hour[hour], self.weekday[weekday]], dim=-1)
        seen = self.of_window(x.transpose(1, 2).flatten(2))
        return torch.cat([seen, times[:, None].expand(batch, stations, -1)], dim=-1)

    def clock(
        self, x: Float[Tensor, "batch time station in_channel"]
    ) -> tuple[Int[Tensor, " batch"], Int[Tensor, " batch"]]:
        """The hour, 0 to 23, and the weekday, 0 to 6 from Monday on, of the last step."""
        sine, cosine = (
            x[:, -1, 0, channel] * scale + center for channel, center, scale in self.week
        )
        minute = (torch.atan2(sine, cosine) * (WEEK / (2 * math.pi))).round().long() % WEEK
        return minute % DAY // 60, minute // DAY
