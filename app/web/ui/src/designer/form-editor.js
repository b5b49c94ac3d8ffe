// An island of the designer: the form editor.
export default function mount() {}
