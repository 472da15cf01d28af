"""The live hall: counters, queues, today's figures."""
