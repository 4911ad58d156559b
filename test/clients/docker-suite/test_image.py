"""Airbyte's own tests of a connector's image; which image is an option of pytest."""

from airbyte_cdk.test.standard_tests.docker_base import DockerConnectorTestSuite


class TestImage(DockerConnectorTestSuite):
    pass
