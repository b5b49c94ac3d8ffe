// An island of the designer: two versions side by side.
export default function mount() {}
