"""Tests of what a user would notice. They mirror the rooms of the house."""
