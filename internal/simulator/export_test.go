package simulator

// ASCIIForm is the escaped byte form, for comparison with known signatures.
func ASCIIForm(compact []byte) []byte { return asciiForm(compact) }

// SetRoom shrinks the memory for files.
func (s *Sim) SetRoom(bytes int) { s.media.room = bytes }
