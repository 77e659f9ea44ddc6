-- Facts by the message they were read from: for reading it again, and for whoever asks what a message touched. The ids of
-- messages grow with time as the log does, so that a summary of each range of pages finds them and costs next to nothing.
-- Lock: SHARE on event for one pass over the log (facts wait): some seconds for a million. Back: drop the index.

create index event_message on event using brin (message) with (pages_per_range = 32, autosummarize = on);
