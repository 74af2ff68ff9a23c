"""Database. Here: the names of its resource types."""

AUTONOMOUS = "oci:Database/autonomousDatabase:AutonomousDatabase"
DB_SYSTEM = "oci:Database/dbSystem:DbSystem"
