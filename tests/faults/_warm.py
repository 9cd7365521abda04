"""Imports what a training imports late, for processes that are forked from one that is warm."""

import importlib

import PIL.Image

for name in (
    "studio.data.import_job",
    "studio.learn.custom_cnn",
    "studio.learn.heat_probe",
    "studio.learn.run_checks",
    "tensorboard.compat.proto.event_pb2",
    "tensorboard.compat.proto.summary_pb2",
    "tensorboard.compat.tensorflow_stub.pywrap_tensorflow",
    "torch._dynamo",
):
    importlib.import_module(name)
PIL.Image.init()
