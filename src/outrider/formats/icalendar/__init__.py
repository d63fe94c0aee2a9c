"""iCalendar objects read into events, tasks and notes, and changed without losing what phones cannot say."""
