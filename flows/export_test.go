package flows

// What the guide is held to and no caller needs.

// ConditionWords are the words that mean something in a condition.
func ConditionWords() []string { return conditionWords() }

// Limits are the figures that the guide names, by how it calls them.
func Limits() map[string]int {
	return map[string]int{
		"characters of a message": limitBody, "characters with buttons, a link or a document": limitButtonsBody,
		"buttons under a question": maxButtons, "characters on a button": limitButton, "rows of a list": maxChoices,
		"characters of a row": limitRow, "characters of a hint": limitHint,
		"characters of a title": limitRow, "characters of a description": limitHint, "characters of a kept field's label": limitRow,
		"steps of a flow": maxStates, "fields of a flow": maxFields, "lines of one next": maxRoutes,
		"keywords in one language": maxKeywords, "tries": maxTries, "ways of a split": maxWays,
		"flows one inside the other": maxDepth, "steps in a row that ask nothing": maxHops,
		"characters of a name in a template": nameCap, "characters of a condition": maxCondition,
	}
}
