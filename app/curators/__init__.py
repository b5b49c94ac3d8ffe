"""Who stands by a school or a municipality: curators, consultants, tutors, the pool of experts; their appointment and load."""
