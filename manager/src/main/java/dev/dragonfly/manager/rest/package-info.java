/** What all REST endpoints share: errors, pages, numbers in paths, health, API description. */
@NullMarked
package dev.dragonfly.manager.rest;

import org.jspecify.annotations.NullMarked;
