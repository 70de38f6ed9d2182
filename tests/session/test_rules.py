"""The session rules, kept whatever happens; numbered as in docs/session-rules.md."""

from . import laws
from .life import TalkativeLife, lives_under

TestRule1OneSessionAndEveryOneEnded = lives_under(laws.OneSession)
TestRule2OnDemand = lives_under(laws.OnDemand)
TestRule3Watching = lives_under(laws.Watched)
TestRule4OneOutcome = lives_under(laws.OneOutcome)
TestRule5Interrupt = lives_under(laws.Silence)
TestRule6Renewal = lives_under(laws.Renewal, TalkativeLife, lives=150)
TestRule7Caps = lives_under(laws.Caps)
TestRule9NothingTwice = lives_under(laws.NothingTwice)
TestRule10NoRunaway = lives_under(laws.NoRunaway)
TestNothingIsPaidThatIsSwitchedOff = lives_under(laws.Paid)
TestTheMachineIsPureAndComesToRest = lives_under(laws.Pure)
