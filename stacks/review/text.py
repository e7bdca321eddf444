"""A review on a terminal."""

from rich.console import Console
from rich.markup import escape

from .groups import Group, counts, groups
from .record import Release, Review, StackReview

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def text(review: Review, out: Console) -> None:
    """Print it, stack by stack; those in which nothing changes last, in one line."""
    for one in review.stacks:
        if one.changed:
            _stack(one, out)
    same = [one.stack for one in review.stacks if not one.changed]
    if same:
        out.print(f"[dim]nothing changes in {escape(', '.join(same))}[/]")
    for waiver in review.idle:
        told = f"{waiver}, lets nothing pass any more: remove it"
        out.print(f"[yellow]waiver[/]  {escape(told)}")


def _stack(one: StackReview, out: Console) -> None:
    words = (one.tier, one.platform, counts(one))
    out.print(f"[bold]{escape(one.stack)}[/]  {' · '.join(filter(None, words))}")
    if one.error:
        out.print(f"  [bold red]refused[/]  {escape(one.error)}")
    if one.release:
        _release(one.release, out)
    for note in one.notes:
        out.print(f"  [yellow]{note.subject}[/]  {escape(note.sentence)}")
    for attempt in one.attempts:
        out.print(f"  [yellow]contained[/]  it tried in vain to {escape(attempt)}")
    for finding in one.findings:
        if finding.new:
            mark = "waived" if finding.waived else "[bold red]broken[/]"
            told = f"{finding.resource}: {finding.sentence}"
            out.print(f"  {mark}  ({finding.rule}) {escape(told)}")
    for group in groups(one):
        _group(group, out)
    out.print()


def _release(release: Release, out: Console) -> None:
    before, after = release.before or "nothing", release.after or "nothing"
    out.print(f"  [bold]{escape(str(before))} → {escape(str(after))}[/]")
    for side in (release.before, release.after):
        if side and side.digest:
            out.print(f"    {escape(str(side))} is {side.digest}")
    for figure in release.metrics:
        told = f"{figure.name}: {figure.before} → {figure.after}"
        out.print(f"    {escape(told)}")
    for weight, sentence in release.schema_changes:
        out.print(f"    {weight} for callers: {escape(sentence)}")
    for sentence in filter(None, (release.verdict, *release.answers, release.unknown)):
        out.print(f"    {escape(sentence)}")


def _group(group: Group, out: Console) -> None:
    style = "bold red" if group.grave else "bold"
    out.print(f"  [{style}]{escape(group.plain)}[/]")
    for line in group.lines:
        out.print(f"      {escape(line)}", style=_STYLES.get(line[:1], "dim"))
    if group.left_out:
        out.print(f"      and {group.left_out} more properties", style="dim")
