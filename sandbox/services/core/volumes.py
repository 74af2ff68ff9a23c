"""What Block Volume refuses. Sources: Oracle's pages "Overview of Block Volume", "Resizing a Volume" and
"Attaching a Block Volume"."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.cloud.call import Call
from sandbox.cloud.declared import Declared, between
from sandbox.cloud.errors import Conflict, InvalidParameter, coded
from sandbox.cloud.service_rules import Rules
from sandbox.services.core import INSTANCE, VOLUME, VOLUME_ATTACHMENT


class VolumeRules(Declared):
    """A volume of 50 GB to 32 TB, which grows only, and stays while it is attached."""

    def update(self, call: Call) -> None:
        super().update(call)
        new, old = call.inputs.get("sizeInGbs"), call.former.outputs.get("sizeInGbs") if call.former else None
        if new and old and int(new) < int(old):
            raise InvalidParameter(f"sizeInGbs: a volume can only grow, from {old} to {new} it would shrink")


class AttachmentRules(Rules):
    """An attachment: both in one availability domain, and the volume attached once unless it is shared."""

    def create(self, call: Call) -> None:
        volume = call.cloud.existing(str(call.inputs.get("volumeId")), VOLUME, "volume")
        instance = call.cloud.existing(str(call.inputs.get("instanceId")), INSTANCE, "instance")
        if volume is None:
            return
        for user in call.store.users(volume.id, VOLUME_ATTACHMENT):
            if not (user.outputs.get("isShareable") and call.inputs.get("isShareable")):
                raise coded(
                    409, "IncorrectState", f"volume {volume.id} is attached already: {user.id}", Conflict
                )
        if instance is not None:
            places = [each.outputs.get("availabilityDomain") for each in (volume, instance)]
            if places[0] != places[1]:
                raise InvalidParameter(
                    f"volume {volume.id} is in {places[0]}, and instance {instance.id} in {places[1]}"
                )


_PERFORMANCE = between(0, 120, 10)
RULES: Mapping[str, Rules] = {
    VOLUME: VolumeRules(
        {"sizeInGbs": between(50, 32768), "vpusPerGb": _PERFORMANCE},
        used_by={VOLUME_ATTACHMENT: "the attachment"},
    ),
    VOLUME_ATTACHMENT: AttachmentRules(),
}
