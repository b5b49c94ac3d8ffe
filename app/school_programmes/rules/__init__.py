"""Pure rules of school programmes: what must hold in a programme, stages, recommendations and the assessment."""
