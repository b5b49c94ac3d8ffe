// An island of the designer: the decision editor.
export default function mount() {}
