// An island of the designer: the process editor.
export default function mount() {}
