package dev.dragonfly.manager.rest;

import jakarta.validation.groups.Default;

/** The rules for a new row: those for a change, and what must be given. */
public interface Creation extends Default {}
