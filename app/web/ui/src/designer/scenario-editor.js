// An island of the designer: the steps of a scenario.
export default function mount() {}
