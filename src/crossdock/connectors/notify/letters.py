"""Letters from templates: Jinja2 in its sandbox, one file a template and language, the first line is the subject.

The only module that knows Jinja2. Values are texts; a template that asks for one that is missing gets an empty text.
"""

from __future__ import annotations

from importlib import resources

from jinja2 import BaseLoader, TemplateError, TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment

from crossdock.connectors.notify.codes import FALLBACK
from crossdock.kernel.errors import Permanent
from crossdock.ports.notices import Letter

TEXT_CHARS_MAX = 20_000
SUBJECT_CHARS_MAX = 200


class _Shipped(BaseLoader):
    """The templates that come with this connector, by `language/name`."""

    def get_source(self, environment: object, template: str) -> tuple[str, None, None]:
        """See jinja2."""
        lang, _, name = template.partition("/")
        if not (lang.isalpha() and name.replace("_", "").isalnum()):
            raise TemplateNotFound(template)
        file = resources.files("crossdock.connectors.notify") / "templates" / lang / f"{name}.txt"
        if not file.is_file():
            raise TemplateNotFound(template)
        return file.read_text(encoding="utf-8"), None, None


_templates = ImmutableSandboxedEnvironment(loader=_Shipped(), autoescape=False, cache_size=200)


def write(template: str, values: dict[str, str], page: str = "") -> Letter:
    """The letter in the language asked for, or in English where it has none; its last line is the page's address.

    Raises:
        Permanent: there is no such template.
    """
    lang = values.get("lang", FALLBACK)
    try:
        found = _templates.select_template([f"{lang}/{template}", f"{FALLBACK}/{template}"])
        text = found.render(**values)
    except TemplateError as error:
        raise Permanent(f"the template {template} cannot be written: {error}: mend the rule or the template") from error
    subject, _, body = text.partition("\n")
    written = body.strip()[:TEXT_CHARS_MAX]
    return Letter(" ".join(subject.split())[:SUBJECT_CHARS_MAX], f"{written}\n\n{page}" if page else written)
