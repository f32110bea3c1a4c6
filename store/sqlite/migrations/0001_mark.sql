-- Marks the file as Aval's ("Aval" in ASCII), so that a wrong file in the data
-- directory is noticed before anything is written to it.
PRAGMA application_id = 1098277228;
