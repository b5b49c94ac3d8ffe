"""Who stands by a school or municipality: curators, consultants, tutors, the pool of experts; appointment and load."""
