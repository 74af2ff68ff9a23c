"""Components of the program: one ComponentResource per file, and what they share.

Not for: parsing or judging policy statements (`oci_iam` does that), and not for composing a stack
(`__main__.py` does that).
"""

from components.ai_function import AiFunction, AiFunctionArgs
from components.alarm_trigger import AlarmTrigger, AlarmTriggerArgs
from components.api_front import ApiFront, ApiFrontArgs
from components.bucket_lifecycle import BucketLifecycle, BucketLifecycleArgs
from components.connector_trigger import ConnectorTrigger, ConnectorTriggerArgs
from components.edge_protection import EdgeProtection, EdgeProtectionArgs
from components.event_access import EventAccess, EventAccessArgs
from components.event_bucket import EventBucket, EventBucketArgs
from components.event_trigger import EventTrigger, EventTriggerArgs
from components.function_access import FunctionAccess, FunctionAccessArgs
from components.function_alarms import FunctionAlarms, FunctionAlarmsArgs
from components.function_archive import FunctionArchive, FunctionArchiveArgs
from components.function_connections import FunctionConnections, FunctionConnectionsArgs
from components.function_image import FunctionImage, FunctionImageArgs
from components.function_network import FunctionNetwork, FunctionNetworkArgs
from components.functions_application import FunctionsApplication, FunctionsApplicationArgs
from components.granted_policy import GrantedPolicy, GrantedPolicyArgs
from components.queue import Queue, QueueArgs
from components.rotation_trigger import RotationTrigger, RotationTriggerArgs
from components.schedule_trigger import ScheduleTrigger, ScheduleTriggerArgs
from components.stream import Stream, StreamArgs
from components.topic import Topic, TopicArgs
from components.topic_trigger import TopicTrigger, TopicTriggerArgs
from components.web_firewall import WebFirewall, WebFirewallArgs

__all__ = [
    "AiFunction",
    "AiFunctionArgs",
    "AlarmTrigger",
    "AlarmTriggerArgs",
    "ApiFront",
    "ApiFrontArgs",
    "BucketLifecycle",
    "BucketLifecycleArgs",
    "ConnectorTrigger",
    "ConnectorTriggerArgs",
    "EdgeProtection",
    "EdgeProtectionArgs",
    "EventAccess",
    "EventAccessArgs",
    "EventBucket",
    "EventBucketArgs",
    "EventTrigger",
    "EventTriggerArgs",
    "FunctionAccess",
    "FunctionAccessArgs",
    "FunctionAlarms",
    "FunctionAlarmsArgs",
    "FunctionArchive",
    "FunctionArchiveArgs",
    "FunctionConnections",
    "FunctionConnectionsArgs",
    "FunctionImage",
    "FunctionImageArgs",
    "FunctionNetwork",
    "FunctionNetworkArgs",
    "FunctionsApplication",
    "FunctionsApplicationArgs",
    "GrantedPolicy",
    "GrantedPolicyArgs",
    "Queue",
    "QueueArgs",
    "RotationTrigger",
    "RotationTriggerArgs",
    "ScheduleTrigger",
    "ScheduleTriggerArgs",
    "Stream",
    "StreamArgs",
    "Topic",
    "TopicArgs",
    "TopicTrigger",
    "TopicTriggerArgs",
    "WebFirewall",
    "WebFirewallArgs",
]
