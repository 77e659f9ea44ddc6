-- Room in each page for a dossier to grow where it is: it takes 600 bytes when it begins and 1,700 when it is delivered.
-- One in five updates found its page full at 50, and wrote the whole row and an index entry elsewhere; one in eighteen at 30.
-- Lock: SHARE UPDATE EXCLUSIVE on dossier for milliseconds; only new pages are filled so. Back: set (fillfactor = 50).

alter table dossier set (fillfactor = 30);
