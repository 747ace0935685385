"""Breadth-first search in compiled kernels: one source fast, or many sources bit by bit.

Kernels release the lock and come back after a slice of work, so that an interrupt is heard.
"""

from typing import no_type_check

import numba
import numpy as np

_NONE = np.uint64(0)
_EVERY_2ND = np.uint64(0x5555555555555555)
_PAIRS = np.uint64(0x3333333333333333)
_NIBBLES = np.uint64(0x0F0F0F0F0F0F0F0F)
_BYTES = np.uint64(0x0101010101010101)

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
    whether it goes bottom-up].
    """
    num_nodes = len(indptr) - 1
    num_arcs = indptr[num_nodes]
    layer, start, end, frontier_arcs, explored, bottom_up = state
    work = 0
    while start < end:
        if work > slice_arcs:
            state[:] = (layer, start, end, frontier_arcs, explored, bottom_up)
            return False
        layer += 1
        if frontier_arcs * _BOTTOM_UP > num_arcs - explored and end - start > num_nodes // 1000:
            bottom_up = 1
        elif (end - start) * _TOP_DOWN < num_nodes:
            bottom_up = 0
        tail = end
        arcs = 0
        if bottom_up:
            for node in range(num_nodes):
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
            work += num_nodes // 8
        else:
            work += frontier_arcs
            for place in range(start, end):
                node = queue[place]
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
    state[:] = (layer, start, end, frontier_arcs, explored, bottom_up)
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
    new_pairs: np.ndarray,
    fields: np.ndarray,
    slice_words: int,
) -> bool:
    """Go on with 64 searches a word for about ``slice_words``; whether they are finished.

    A bit of ``seen[node]`` and ``frontier[node]``, [node, word], is one source. Each hop either
    pushes the frontier along its arcs or pulls it to all nodes, whichever touches less.

    ``state`` is [hop, number of active nodes, whether frontier and reached (and active and
    following) have changed places, number of following nodes and next node of a pull that the last
    slice left half done (else 0)]. ``active`` lists the nodes of the frontier. ``new_pairs[hop,
    word]`` gets the pairs first joined at that hop, ``fields[hop, node]`` the number of sources
    that first reach the node then, both as far as they have rows. It also comes back, unfinished,
    when ``new_pairs`` has no further row.
    """
    num_nodes = len(indptr) - 1
    num_arcs = indptr[num_nodes]
    words = seen.shape[1]
    full = ~_NONE
    hop, num_active, swapped, num_following, next_node = state
    if swapped:
        frontier, reached = reached, frontier
        active, following = following, active
    work = 0
    while num_active > 0:
        pushed = 0
        if next_node == 0:
            if work > slice_words or hop + 1 >= len(new_pairs):
                state[:] = (hop, num_active, swapped, 0, 0)
                return False
            hop += 1
            num_following = 0
            pushed = num_active
            for place in range(num_active):
                node = active[place]
                pushed += indptr[node + 1] - indptr[node]
        if 0 < pushed < (num_arcs + num_nodes) // 4:
            work += pushed * words
            for place in range(num_active):
                node = active[place]
                for arc in range(indptr[node], indptr[node + 1]):
                    other = indices[arc]
                    listed = _NONE
                    fresh = _NONE
                    for word in range(words):
                        listed |= reached[other, word]
                        bits = frontier[node, word] & ~seen[other, word]
                        reached[other, word] |= bits
                        fresh |= bits
                    if fresh != _NONE and listed == _NONE:
                        following[num_following] = other
                        num_following += 1
        else:
            for node in range(next_node, num_nodes):
                if work > slice_words and node > next_node:
                    state[:] = (hop, num_active, swapped, num_following, node)
                    return False
                work += words * (1 + from_indptr[node + 1] - from_indptr[node])
                complete = full
                for word in range(words):
                    complete &= seen[node, word]
                if complete == full:
                    continue
                for arc in range(from_indptr[node], from_indptr[node + 1]):
                    other = from_indices[arc]
                    for word in range(words):
                        reached[node, word] |= frontier[other, word]
                fresh = _NONE
                for word in range(words):
                    reached[node, word] &= ~seen[node, word]
                    fresh |= reached[node, word]
                if fresh != _NONE:
                    following[num_following] = node
                    num_following += 1
        for place in range(num_active):
            node = active[place]
            for word in range(words):
                frontier[node, word] = _NONE
        for place in range(num_following):
            node = following[place]
            sources = 0
            for word in range(words):
                bits = reached[node, word]
                seen[node, word] |= bits
                # The number of bits that are set, added up in ever wider fields.
                bits = bits - ((bits >> np.uint64(1)) & _EVERY_2ND)
                bits = (bits & _PAIRS) + ((bits >> np.uint64(2)) & _PAIRS)
                bits = (bits + (bits >> np.uint64(4))) & _NIBBLES
                count = np.int64((bits * _BYTES) >> np.uint64(56))
                new_pairs[hop, word] += count
                sources += count
            if hop < len(fields):
                fields[hop, node] += sources
        frontier, reached = reached, frontier
        active, following = following, active
        swapped = 1 - swapped
        num_active = num_following
        next_node = 0
    state[:] = (hop, num_active, swapped, 0, 0)
    return True
