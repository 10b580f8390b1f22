#!/usr/bin/env python3
"""Publishes a job and waits for its end, with confluent-kafka (Debian: python3-confluent-kafka).

    examples/haul.py https://example.com/files/weekly.mp4 2026/11/weekly.mp4

BROKERS, JOBS and COMPLETIONS change the brokers and the topics. Exit code 0: the file is there.
"""

import json
import os
import sys
import uuid

from confluent_kafka import Consumer, Producer, TopicPartition

BROKERS = os.environ.get("BROKERS", "localhost:9092")
JOBS = os.environ.get("JOBS", "haul.jobs")
COMPLETIONS = os.environ.get("COMPLETIONS", "haul.completions")


def ends():
    """A consumer of the ends that come from now on.

    Committed records only: there is exactly one end for each record of a job.
    """
    consumer = Consumer(
        {
            "bootstrap.servers": BROKERS,
            "group.id": "unused",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
        }
    )
    partitions = consumer.list_topics(COMPLETIONS, timeout=30).topics[COMPLETIONS].partitions
    places = []
    for number in partitions:
        _, end = consumer.get_watermark_offsets(TopicPartition(COMPLETIONS, number), timeout=30)
        places.append(TopicPartition(COMPLETIONS, number, end))
    consumer.assign(places)
    return consumer


def publish(job):
    """Sends a job. The key is the id: all that is told of the job has it, too."""
    refused = []
    producer = Producer({"bootstrap.servers": BROKERS, "enable.idempotence": True})
    producer.produce(
        JOBS,
        key=job["id"],
        value=json.dumps(job),
        on_delivery=lambda error, _: error and refused.append(error),
    )
    if producer.flush(30) or refused:
        raise SystemExit(f"Kafka did not take the job: {refused}")


def wait_for(job_id, consumer):
    while True:
        record = consumer.poll(1)
        if record and not record.error() and record.key() == job_id.encode():
            return json.loads(record.value())


def main(url, target):
    job = {"id": f"python-{uuid.uuid4()}", "url": url, "target": target}
    consumer = ends()
    publish(job)
    end = wait_for(job["id"], consumer)
    consumer.close()
    if end["outcome"] == "completed":
        print(end["location"])
        return 0
    print(f"{end['error']['code']}: {end['error']['message']}")
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
