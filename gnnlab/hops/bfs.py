"""Breadth-first search in compiled kernels: one source fast, or many sources bit by bit.

Kernels release the lock and come back after a slice of work, so that an interrupt is heard.
"""

from typing import no_type_check

import numba
import numpy as np

_NONE = np.uint64(0)
_LOWEST = np.uint64(0x0101010101010101)  # the lowest bit of each byte
_FULL_BYTE = 255

# Beamer, Asanovic and Patterson (2012): turn to the unvisited nodes when the frontier's arcs are
# more than 1/14 of those not yet explored, and back when it holds less than 1/24 of the nodes.
_BOTTOM_UP, _TOP_DOWN = 14, 24


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def single_source(
    indptr: np.ndarray,
    indices: np.ndarray,
    from_indptr: np.ndarray,
    from_indices: np.ndarray,
    state: np.ndarray,
    queue: np.ndarray,
    hops: np.ndarray,
    slice_arcs: int,
) -> bool:
    """Go on with a direction-optimising search for about ``slice_arcs``; whether it is finished.

    ``hops`` is -1 where nobody has been, ``queue`` holds the visited nodes in their order;
    ``state`` is [layer, start and end of the frontier in the queue, its arcs, explored arcs,
    whether it goes bottom-up, end of the next frontier, its arcs, next place or node of a layer
    that the last slice left half done (else 0)].
    """
    num_nodes = len(indptr) - 1
    num_arcs = indptr[num_nodes]
    layer, start, end, frontier_arcs, explored, bottom_up, tail, arcs, next_place = state
    work = 0
    while start < end:
        if next_place == 0:
            layer += 1
            tail, arcs = end, 0
            if frontier_arcs * _BOTTOM_UP > num_arcs - explored and end - start > num_nodes // 1000:
                bottom_up = 1
            elif (end - start) * _TOP_DOWN < num_nodes:
                bottom_up = 0
        if bottom_up:
            for node in range(next_place, num_nodes):
                if work > slice_arcs and node > next_place:
                    state[5:] = (bottom_up, tail, arcs, node)
                    state[:5] = (layer, start, end, frontier_arcs, explored)
                    return False
                work += 1
                if hops[node] >= 0:
                    continue
                for arc in range(from_indptr[node], from_indptr[node + 1]):
                    work += 1
                    if hops[from_indices[arc]] == layer - 1:
                        hops[node] = layer
                        queue[tail] = node
                        tail += 1
                        arcs += indptr[node + 1] - indptr[node]
                        break
        else:
            for place in range(next_place, end - start):
                if work > slice_arcs and place > next_place:
                    state[5:] = (bottom_up, tail, arcs, place)
                    state[:5] = (layer, start, end, frontier_arcs, explored)
                    return False
                node = queue[start + place]
                work += 1 + indptr[node + 1] - indptr[node]
                for arc in range(indptr[node], indptr[node + 1]):
                    other = indices[arc]
                    if hops[other] < 0:
                        hops[other] = layer
                        queue[tail] = other
                        tail += 1
                        arcs += indptr[other + 1] - indptr[other]
        start, end = end, tail
        frontier_arcs = arcs
        explored += arcs
        next_place = 0
    return True


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def many_sources(
    indptr: np.ndarray,
    indices: np.ndarray,
    from_indptr: np.ndarray,
    from_indices: np.ndarray,
    state: np.ndarray,
    seen: np.ndarray,
    frontier: np.ndarray,
    reached: np.ndarray,
    active: np.ndarray,
    following: np.ndarray,
    pairs: np.ndarray,
    found: np.ndarray,
    hop_sums: np.ndarray,
    fields: np.ndarray,
    slice_words: int,
) -> bool:
    """Go on with 64 searches a word for about ``slice_words``; whether they are finished.

    A bit of ``seen[node]`` and ``frontier[node]``, [node, word], is one source. Each hop either
    pushes the frontier along its arcs or pulls it to all nodes, whichever touches less.

    ``state`` is [hop, number of active nodes, whether frontier and reached (and active and
    following) have changed places, number of following nodes, whether this hop pulls, next place
    or node of a hop that the last slice left half done (else 0)]. ``active`` lists the nodes of
    the frontier. What is new at a hop is added to ``pairs``, [hop], and to each source's ``found``
    nodes, its ``hop_sums`` and ``fields``, [source, hop], as far as these go. It also comes back,
    unfinished, when ``pairs`` has no further place.
    """
    num_nodes = len(indptr) - 1
    num_arcs = indptr[num_nodes]
    words = seen.shape[1]
    full = ~_NONE
    hop, num_active, swapped, num_following, pulls, next_place = state
    if swapped:
        frontier, reached = reached, frontier
        active, following = following, active
    work = 0
    while num_active > 0:
        if next_place == 0:
            if hop + 1 >= len(pairs):
                state[:] = (hop, num_active, swapped, 0, 0, 0)
                return False
            hop += 1
            num_following = 0
            pushed = num_active
            for place in range(num_active):
                node = active[place]
                pushed += indptr[node + 1] - indptr[node]
            pulls = pushed >= (num_arcs + num_nodes) // 4
        for place in range(next_place, num_nodes if pulls else num_active):
            if work > slice_words and place > next_place:
                state[:] = (hop, num_active, swapped, num_following, pulls, place)
                return False
            if pulls:
                work += words * (1 + from_indptr[place + 1] - from_indptr[place])
                complete = full
                for word in range(words):
                    complete &= seen[place, word]
                if complete == full:
                    continue
                for arc in range(from_indptr[place], from_indptr[place + 1]):
                    other = from_indices[arc]
                    for word in range(words):
                        reached[place, word] |= frontier[other, word]
                fresh = _NONE
                for word in range(words):
                    reached[place, word] &= ~seen[place, word]
                    fresh |= reached[place, word]
                if fresh != _NONE:
                    following[num_following] = place
                    num_following += 1
            else:
                node = active[place]
                work += words * (1 + indptr[node + 1] - indptr[node])
                for arc in range(indptr[node], indptr[node + 1]):
                    other = indices[arc]
                    listed = _NONE
                    fresh = _NONE
                    for word in range(words):
                        listed |= reached[other, word]
                        fresh |= frontier[node, word] & ~seen[other, word]
                    if fresh == _NONE:
                        continue
                    if listed == _NONE:
                        following[num_following] = other
                        num_following += 1
                    for word in range(words):
                        reached[other, word] |= frontier[node, word] & ~seen[other, word]
        _take(following[:num_following], reached, seen, hop, pairs, found, hop_sums, fields)
        for place in range(num_active):
            node = active[place]
            for word in range(words):
                frontier[node, word] = _NONE
        frontier, reached = reached, frontier
        active, following = following, active
        swapped = 1 - swapped
        num_active = num_following
        next_place = 0
    state[0] = hop
    return True


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def _take(
    nodes: np.ndarray,
    reached: np.ndarray,
    seen: np.ndarray,
    hop: int,
    pairs: np.ndarray,
    found: np.ndarray,
    hop_sums: np.ndarray,
    fields: np.ndarray,
) -> None:
    """Add what is reached to what is seen, and count it for each source.

    Bit 8 b + l of a word is counted in byte b of lane l, up to 255 nodes at a time.
    """
    lanes = np.empty(8, np.uint64)
    for start in range(0, len(nodes), _FULL_BYTE):
        for word in range(reached.shape[1]):
            a = b = c = d = e = f = g = h = _NONE
            for place in range(start, min(start + _FULL_BYTE, len(nodes))):
                bits = reached[nodes[place], word]
                seen[nodes[place], word] |= bits
                a += (bits >> np.uint64(0)) & _LOWEST
                b += (bits >> np.uint64(1)) & _LOWEST
                c += (bits >> np.uint64(2)) & _LOWEST
                d += (bits >> np.uint64(3)) & _LOWEST
                e += (bits >> np.uint64(4)) & _LOWEST
                f += (bits >> np.uint64(5)) & _LOWEST
                g += (bits >> np.uint64(6)) & _LOWEST
                h += (bits >> np.uint64(7)) & _LOWEST
            lanes[:] = (a, b, c, d, e, f, g, h)
            for lane in range(8):
                for byte in range(8):
                    count = np.int64((lanes[lane] >> np.uint64(8 * byte)) & np.uint64(_FULL_BYTE))
                    if count:
                        source = 64 * word + 8 * byte + lane
                        pairs[hop] += count
                        found[source] += count
                        hop_sums[source] += hop * count
                        if hop < fields.shape[1]:
                            fields[source, hop] += count
