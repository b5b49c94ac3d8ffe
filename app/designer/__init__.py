"""The designer in the browser: processes, decisions and forms are drawn, tested, reviewed and published here."""
