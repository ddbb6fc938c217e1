"""Forms: PortalForm and the fields people meet, with messages that say what to type.

Forms check shape only: present, length, number, date. They hold no prices, deadlines or
permissions.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import Field
from wtforms import fields as wt
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from portal.core import formats
from portal.core.clock import BRUSSELS
from portal.core.errors import Fault, RuleBroken
from portal.core.files import LARGEST
from portal.core.i18n import Text, _

Validator = Callable[[Any, Field], None]
Choices = Sequence[tuple[str, Text]] | Callable[[], Iterable[tuple[str, Text]]]

#: Longest text that anybody may type into a long text field.
LONGEST_TEXT = 10_000


class PortalForm(FlaskForm):
    """A form with its CSRF token; remembers broken rules beside its own faults."""

    #: What the operation returned, after `respond.attempt` succeeded.
    result: Any = None
    #: Faults that concern the whole form.
    form_errors: list[Text]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: Faults found outside the form, shown above it.
        self.faults: list[Fault] = []

    def values(self) -> dict[str, Any]:
        """What was typed, typed, ready to be passed to an operation as keyword arguments."""
        return {name: field.data for name, field in self._fields.items() if name != "csrf_token"}

    def take(self, broken: RuleBroken) -> None:
        """Show each broken rule beside the field it concerns, or above the form."""
        for fault in broken.faults:
            field = self._fields.get(fault.field) if fault.field else None
            if field is None:
                self.form_errors = [*self.form_errors, fault.message]
            else:
                field.errors = [*field.errors, fault.message]


class EmptyForm(PortalForm):
    """A button: nothing to fill in but the CSRF token."""


class _Shape:
    """What all our fields share: a required mark with one wording, help under the label."""

    def __init__(
        self,
        label: Text,
        validators: Sequence[Validator] = (),
        *,
        required: bool = True,
        description: Text = "",
        **kwargs: Any,
    ) -> None:
        self.required = required
        rules = [_present if required else _absent_is_fine, *validators]
        super().__init__(label, rules, description=description, **kwargs)  # type: ignore[call-arg]
        self.flags.required = required  # type: ignore[attr-defined]


def _is_missing(field: Field) -> bool:
    raw = field.raw_data
    return not raw or all(isinstance(value, str) and not value.strip() for value in raw)


def _present(_form: Any, field: Field) -> None:
    if _is_missing(field) or (isinstance(field, UploadField) and not field.data):
        field.errors = []
        raise StopValidation(str(_("This field is required.")))


def _absent_is_fine(_form: Any, field: Field) -> None:
    if _is_missing(field):
        field.errors = []
        raise StopValidation()


class TextField(_Shape, wt.StringField):
    """One line of text; surrounding spaces do not count. `most` is the longest length,
    inclusive.
    """

    def __init__(
        self, label: Text, validators: Sequence[Validator] = (), *, most: int = 200, **kwargs: Any
    ) -> None:
        super().__init__(label, (_longest(most), _printable, *validators), **kwargs)

    def process_data(self, value: str | None) -> None:
        """Take what is stored; nothing stored or nothing sent is an empty text."""
        self.data = value or ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        self.data = valuelist[0].strip() if valuelist else ""


class LongTextField(_Shape, wt.TextAreaField):
    """Several lines of text. `most` is the longest length, inclusive."""

    def __init__(
        self,
        label: Text,
        validators: Sequence[Validator] = (),
        *,
        most: int = LONGEST_TEXT,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, (_longest(most), _printable, *validators), **kwargs)

    def process_data(self, value: str | None) -> None:
        """Take what is stored; nothing stored or nothing sent is an empty text."""
        self.data = value or ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed, with line ends made uniform."""
        self.data = valuelist[0].replace("\r\n", "\n").strip() if valuelist else ""


class EmailField(TextField):
    """An e-mail address, in lower case."""

    def __init__(self, label: Text, validators: Sequence[Validator] = (), **kwargs: Any) -> None:
        render = {"type": "email", "autocomplete": "email", **kwargs.pop("render_kw", {})}
        super().__init__(label, validators, most=254, render_kw=render, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        super().process_formdata(valuelist)
        self.data = (self.data or "").lower()


class PasswordField(_Shape, wt.PasswordField):
    """A password; never shown again."""


class CentsField(_Shape, wt.Field):
    """An amount in euros as the reader's language writes it; data are integer cents."""

    widget = TextInput()

    def __init__(self, label: Text, validators: Sequence[Validator] = (), **kwargs: Any) -> None:
        render = {"inputmode": "decimal", "autocomplete": "off", **kwargs.pop("render_kw", {})}
        super().__init__(label, validators, render_kw=render, **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else formats.money_plain(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed, strictly."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = formats.parse_cents(valuelist[0])
        except formats.NotAnAmount as problem:
            raise ValueError(str(problem.message)) from None


class WholeNumberField(_Shape, wt.IntegerField):
    """A whole number between `least` and `most`, both inclusive."""

    def __init__(
        self,
        label: Text,
        validators: Sequence[Validator] = (),
        *,
        least: int = 0,
        most: int = 1_000_000,
        **kwargs: Any,
    ) -> None:
        render = {"inputmode": "numeric", "autocomplete": "off", **kwargs.pop("render_kw", {})}
        super().__init__(label, (_between(least, most), *validators), render_kw=render, **kwargs)
        self.widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed: digits, perhaps with spaces between thousands."""
        self.data = None
        typed = "".join(valuelist[0].split()) if valuelist else ""
        if not typed:
            return
        if not typed.removeprefix("-").isdecimal() or not typed.isascii() or len(typed) > 12:
            raise ValueError(str(_("Enter a whole number, for example 24.")))
        self.data = int(typed)


class DayField(_Shape, wt.DateField):
    """A day; browsers send 2026-10-12, people without a date picker may type 12/10/2026."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        self.data: date | None = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = formats.parse_day(valuelist[0])
        except ValueError:
            raise ValueError(str(_("Enter a date, for example 12/10/2026."))) from None


class MomentField(_Shape, wt.DateTimeLocalField):
    """A day and time in Brussels; data are an instant in UTC."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.astimezone(BRUSSELS).strftime("%Y-%m-%dT%H:%M") if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        self.data: datetime | None = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            typed = datetime.fromisoformat(valuelist[0].strip())
        except ValueError:
            raise ValueError(
                str(_("Enter a date and a time, for example 2026-10-12 17:00."))
            ) from None
        if not 2000 <= typed.year <= 2100:
            raise ValueError(str(_("Enter a date between 2000 and 2100.")))
        self.data = typed.replace(tzinfo=BRUSSELS)


class _Listed:
    """Choices given when the form is built: a list, or a function that makes one."""

    def __init__(
        self,
        label: Text,
        validators: Sequence[Validator] = (),
        *,
        choices: Choices = (),
        **kwargs: Any,
    ) -> None:
        listed = choices if callable(choices) else lambda: choices
        super().__init__(label, validators, choices=lambda: list(listed()), **kwargs)  # type: ignore[call-arg]

    def pre_validate(self, _form: Any) -> None:
        """Refuse a value that is not in the list, in our own words."""
        values = {str(value) for value, *_rest in self.choices or ()}  # type: ignore[attr-defined]
        chosen = self.data if isinstance(self.data, list) else [self.data]  # type: ignore[attr-defined]
        if any(str(value) not in values for value in chosen if value not in (None, "")):
            raise ValidationError(str(_("Choose one of the values in the list.")))


class ChoiceField(_Listed, _Shape, wt.SelectField):
    """One of a list of (value, label); give the empty choice yourself when there is one."""


class RadioField(_Listed, _Shape, wt.RadioField):
    """One of a few (value, label), all shown at once."""


class ManyChoicesField(_Listed, _Shape, wt.SelectMultipleField):
    """Several of a list of (value, label), as tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class TickField(_Shape, wt.BooleanField):
    """A declaration or an option to tick; when required, it must be ticked."""


class UploadField(_Shape, wt.FileField):
    """One file, at most 10 MB; data are a werkzeug FileStorage, or None. Content is checked by
    core/files.
    """

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the upload, if one was chosen."""
        chosen = [item for item in valuelist if isinstance(item, FileStorage) and item.filename]
        self.data = chosen[0] if chosen else None
        self.raw_data = [self.data.filename] if self.data else []

    def content(self) -> tuple[bytes, str] | None:
        """Bytes and name of what was sent, or None; reads at most one byte over the limit."""
        if self.data is None:
            return None
        self.data.stream.seek(0)
        return self.data.stream.read(LARGEST + 1), self.data.filename or ""


def _longest(most: int) -> Validator:
    def check(_form: Any, field: Field) -> None:
        length = len(field.data or "")
        if length > most:
            message = _(
                "At most %(most)s characters; this has %(length)s.", most=most, length=length
            )
            raise ValidationError(str(message))

    return check


def _between(least: int, most: int) -> Validator:
    def check(_form: Any, field: Field) -> None:
        if field.data is not None and not least <= field.data <= most:
            message = _("Enter a number between %(least)s and %(most)s.", least=least, most=most)
            raise ValidationError(str(message))

    return check


def _printable(_form: Any, field: Field) -> None:
    text = field.data or ""
    if any(
        (ord(sign) < 32 and sign not in "\n\t") or 0xD800 <= ord(sign) <= 0xDFFF for sign in text
    ):
        raise ValidationError(
            str(_("The text contains a character that cannot be printed. Type it again."))
        )
