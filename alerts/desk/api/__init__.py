"""REST: everything the pages do, with OpenAPI; each route asks the service layer only."""
