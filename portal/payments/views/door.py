"""The blueprint of the room."""

from flask import Blueprint

blueprint = Blueprint("payments", __name__)
