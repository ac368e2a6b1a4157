from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q

LEFT = [
    "paid", "waiting", "declined", "refused", "gave_up", "hung_up", "brought_back", "not_reached",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies: ClassVar = [("phone", "0004_secure_line")]

    operations: ClassVar = [
        migrations.RemoveConstraint(model_name="secureline", name="secure_ended_somehow"),
        migrations.AddConstraint(
            model_name="secureline",
            constraint=models.CheckConstraint(
                condition=Q(ended_at=None, outcome="")
                | Q(ended_at__isnull=False, outcome__in=LEFT),
                name="secure_ended_somehow",
            ),
        ),
    ]
