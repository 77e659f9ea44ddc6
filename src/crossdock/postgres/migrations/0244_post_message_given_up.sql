-- Facts that were given up, by the message they came in: that none of a message's facts is left is asked before its bytes leave, and
-- by every audit. Of messages that are taken in as usual nothing is in it.
-- Lock: none that stops writers (concurrently). Time: seconds a million rows. Back: drop the index.
-- transaction: none

create index concurrently message_given_up on message (control) where channel = 'quarantine' and control <> '';
