"""MySQL HeatWave. Here: the names of its resource types."""

from __future__ import annotations

CONFIGURATION = "oci:Mysql/mysqlConfiguration:MysqlConfiguration"
DB_SYSTEM = "oci:Mysql/mysqlDbSystem:MysqlDbSystem"
