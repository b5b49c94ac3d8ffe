"""What may be read, each query with the actor's scope built in."""
