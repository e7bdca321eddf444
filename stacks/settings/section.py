"""What every section of a stack file has in common."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """
    One frozen part of a stack file.

    An unknown key is a mistake, never ignored; the line under a field is its
    description in the generated JSON schema.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        # Judged in a whole file, which builds what it needs of it, or not at all.
        defer_build=True,
    )
