"""Every error a room may raise, each with a hint of what to do.

ZishuError(message, hint)
    SettingsError            a setting, a flag or a settings file is wrong
    UsageError               the command line was used wrongly (exit code 2)
    KeyMissing               no API key was found for an endpoint
    BrainMissing             she has no brain she can speak with now
    PackMissing              the training pack is needed, and is not installed
    ModelError               a model did not give a usable answer
        ModelUnreachable         no connection, time-out, 5xx: trying again may help
        RateLimited              429: slow down, then try again
        ModelRefused             4xx: the request itself is wrong; trying again does not help
        OutOfCredit              the account has no money left or its spending limit is reached
        AnswerBroken             the stream ended early or was not understood
        AnswerEmpty              200, but no text
        AnswerCut                finish_reason "length"
        AnswerFiltered           finish_reason "content_filter"
        ContextExceeded          the prompt is longer than the model can read
    BudgetReached            the limit in tokens or money would be passed
    PriceUnknown             a money limit was set, and a model has no known price
    JobError                 a job in the worker went wrong
        JobFailed                it said so itself
        JobLost                  its process is gone
        WorkerUnavailable        the worker could not be started
    DataError                a file, a sample, a scenario or a model file is not what it should be
    DownloadError            a download did not arrive whole

Rooms raise. Only four doors catch `Exception`: ui/tasks, cli/main, api/server, worker/__main__.
"""


class ZishuError(Exception):
    """Anything that is shown to the user: `message` says what and where, `hint` what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class SettingsError(ZishuError):
    """A setting, a flag or a settings file is wrong."""


class UsageError(ZishuError):
    """The command line was used wrongly."""


class KeyMissing(ZishuError):
    """No API key was found for an endpoint that needs one."""


class BrainMissing(ZishuError):
    """She has no brain she can speak with now; told in her own words, with the ways to get one as the hint."""


class PackMissing(ZishuError):
    """torch and its company are needed, and are not installed."""


class ModelError(ZishuError):
    """A model did not give a usable answer."""

    retryable = False

    def __init__(self, message: str, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, hint)
        #: seconds the endpoint asked us to wait, if it did
        self.retry_after = retry_after


class ModelUnreachable(ModelError):
    """No connection, a time-out or a 5xx answer."""

    retryable = True


class RateLimited(ModelError):
    """Too many calls (429)."""

    retryable = True


class ModelRefused(ModelError):
    """The endpoint refused the request itself (4xx)."""


class OutOfCredit(ModelError):
    """The account has no money left, or its spending limit is reached."""


class AnswerBroken(ModelError):
    """The stream ended early, carried an error, or was not understood."""

    retryable = True


class AnswerEmpty(ModelError):
    """The endpoint answered 200 with no text."""

    retryable = True


class AnswerCut(ModelError):
    """The answer hit its token limit (finish_reason "length"): the same request would be cut again."""


class AnswerFiltered(ModelError):
    """The endpoint withheld the answer (finish_reason "content_filter")."""


class ContextExceeded(ModelError):
    """The prompt is longer than the model can read."""


class BudgetReached(ZishuError):
    """The next call would pass the limit in tokens or money."""


class PriceUnknown(ZishuError):
    """A money limit was set, and a model has no known price."""


class JobError(ZishuError):
    """A job in the worker went wrong."""


class JobFailed(JobError):
    """A job said itself that it failed."""


class JobLost(JobError):
    """The process that ran a job is gone."""


class WorkerUnavailable(JobError):
    """The worker could not be started or reached."""


class DataError(ZishuError):
    """A file, a sample, a scenario or a model file is not what it should be."""


class DownloadError(ZishuError):
    """A download did not arrive whole."""


#: what every other talk of a run would meet too: the run stops instead of failing a hundred times
FATAL = (BudgetReached, KeyMissing, ModelRefused, OutOfCredit, WorkerUnavailable)
