package seal

// Sealed at here under keys of 32 bytes 9 by the first version of this package.
const (
	oldRecord = "016b657931e6829d568ba72f2fe43116da6ea4d370c6ada547fabd83991b73b28ff83c00d53df6"
	oldShared = "02000000016bac386cd8b05d3ab9316c6a73421fddca657064235727cef09f67a139b2814446c766f3c598360d74d108560f8c"
)
