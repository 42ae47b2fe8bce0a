"""Slow second opinions on every graphical verdict, written from the definitions.

Nothing here calls the library's algorithms: a diagram is only asked for its nodes, edges, kinds and
owners. Two notions of separation are offered, networkx's and the definition itself by listing every
trail; everything else is built on either of them and on listed paths.
"""

from itertools import pairwise

import networkx as nx


def graph_of(d, added=(), removed=()):
    """Return a bare networkx graph."""
    graph = nx.DiGraph()
    graph.add_nodes_from(d.nodes)
    graph.add_edges_from(d.edges)
    graph.add_edges_from(added)
    graph.remove_edges_from(removed)
    return graph


# ---- separation ------------------------------------------------------------------------------


def active(graph, trail, given):
    """Is this trail active given a set? Each inner node is looked at once."""
    given = set(given)
    if trail[0] in given or trail[-1] in given:
        return False
    for before, node, after in zip(trail, trail[1:], trail[2:], strict=False):
        if graph.has_edge(before, node) and graph.has_edge(after, node):
            if not given & ({node} | nx.descendants(graph, node)):
                return False
        elif node in given:
            return False
    return True


def trails(graph, source, target):
    """List all trails without repeated nodes."""
    return nx.all_simple_paths(graph.to_undirected(as_view=True), source, target)


def colliders(graph, trail):
    """Count the nodes of a trail at which two arrows meet."""
    return sum(
        graph.has_edge(before, node) and graph.has_edge(after, node)
        for before, node, after in zip(trail, trail[1:], trail[2:], strict=False)
    )


def separated_by_trails(graph, source, targets, given):
    """Is every trail blocked?"""
    return not any(
        active(graph, trail, given)
        for target in targets
        if target not in given
        for trail in trails(graph, source, target)
    )


def separated_by_networkx(graph, source, targets, given):
    """Ask networkx."""
    rest = set(targets) - set(given)
    return not rest or nx.is_d_separator(graph, {source}, rest, set(given))


# ---- who values what -------------------------------------------------------------------------


def own_decisions(d, decision):
    return [other for other in d.decisions if d.agent_of(other) == d.agent_of(decision)]


def own_utilities(d, decision):
    return [name for name in d.utilities if d.agent_of(name) == d.agent_of(decision)]


def useful(d, graph, decision):
    """The agent's utilities that the decision can reach."""
    return [name for name in own_utilities(d, decision) if nx.has_path(graph, decision, name)]


# ---- reduction and relevance -----------------------------------------------------------------


def nonrequisite(d, graph, parent, decision, separated):
    given = {decision, *graph.predecessors(decision)} - {parent}
    return separated(graph, parent, useful(d, graph, decision), given)


def minimal(d, graph, decisions, separated, order=lambda links: links):
    """Delete one nonrequisite link at a time, in an order of the caller's choosing."""
    graph = graph.copy()
    while True:
        links = order([(p, x) for x in decisions for p in graph.predecessors(x)])
        gone = next((e for e in links if nonrequisite(d, graph, *e, separated)), None)
        if gone is None:
            return graph
        graph.remove_edge(*gone)


def relevance(d, graph, decisions, separated):
    """Return the relevance graph, edge from the decision to be solved first."""
    result = nx.DiGraph()
    result.add_nodes_from(decisions)
    for other in decisions:
        ruled = graph.copy()
        ruled.add_edge("rule of the decision", other)
        for target in decisions:
            family = {target, *graph.predecessors(target)}
            if other != target and not separated(
                ruled, "rule of the decision", useful(d, graph, target), family
            ):
                result.add_edge(other, target)
    return result


def soluble(d, graph, decisions, separated=separated_by_networkx):
    return nx.is_directed_acyclic_graph(relevance(d, graph, decisions, separated))


# ---- verdicts --------------------------------------------------------------------------------


def on_a_path(graph, source, targets, avoid=()):
    """List the nodes on directed paths from a node to any target, by listing the paths."""
    graph = graph.subgraph([name for name in graph if name not in avoid])
    found = set()
    for target in targets:
        for path in nx.all_simple_paths(graph, source, target):
            found.update(path)
    return found


def above(graph, target):
    """List the nodes from which a directed path leads to the target, itself included."""
    return {x for x in graph if x == target or any(nx.all_simple_paths(graph, x, target))}


def verdicts(d, decision, separated=separated_by_networkx):
    """Return {concept: set of nodes} for one decision; None where the theorem does not apply.

    Nodes with whose link the diagram is insoluble are listed under ``"unknown"``, and, where it is
    insoluble without, nodes that cannot be observed under ``"refused"``. ``"itself"`` is whether
    there is an instrumental control incentive on the decision itself, which lists leave out.
    """
    graph, own = graph_of(d), own_decisions(d, decision)
    utilities = own_utilities(d, decision)
    below = {x for x in graph if any(nx.all_simple_paths(graph, decision, x))}
    others = set(d.decisions) - {decision}
    result = {"lcdt_ici": on_a_path(graph, decision, utilities, avoid=others) - {decision}}
    result |= dict.fromkeys(("voi", "ri", "voc", "ici", "impact"))
    result["unknown"], result["voi"] = set(), set()
    unobservable = below | set(d.utilities) | {decision}
    for x in graph:
        if x in unobservable:
            continue
        linked = graph_of(d, added=[(x, decision)])
        if not soluble(d, linked, own, separated):
            result["unknown"].add(x)
        elif minimal(d, linked, own, separated).has_edge(x, decision):
            result["voi"].add(x)
    result["refused"] = set()
    if not soluble(d, graph, own, separated):
        result["refused"] = unobservable
        if result["unknown"] | unobservable == set(graph):
            result["voi"] = None
        return result
    reduced = minimal(d, graph, own, separated)
    if len(own) == 1:
        found = on_a_path(graph, decision, utilities)
        result["ri"] = (above(reduced, decision) - {decision}) & set(d.chance)
        result["voc"] = set().union(*(above(reduced, u) for u in utilities)) - set(d.decisions)
        result["impact"] = below & set(d.chance) if below & set(utilities) else set()
    else:
        found = on_a_path(reduced, decision, utilities)
    result["ici"], result["itself"] = found - {decision}, decision in found
    return result


def path_edges(nodes):
    return list(pairwise(nodes))
