"""The addresses of stories at the desk. A story is named by its draft's random number, handed in or not."""

from django.urls import path

from . import agreeing, home, people, renewing, rights, tracking, uploads, writing

urlpatterns = [
    path("", home.home, name="desk"),
    path("alone/", home.alone, name="desk_alone"),
    path("renew/", renewing.renew, name="desk_renew"),
    path("stories/new/", writing.new, name="desk_new"),
    path("stories/<uuid:uid>/", tracking.story, name="desk_story"),
    path("stories/<uuid:uid>/words/", writing.words, name="desk_words"),
    path("stories/<uuid:uid>/files/", uploads.upload, name="desk_upload"),
    path("stories/<uuid:uid>/media/", rights.media, name="desk_media"),
    path("stories/<uuid:uid>/people/", people.people, name="desk_people"),
    path("stories/<uuid:uid>/license/", agreeing.license_, name="desk_license"),
    path("stories/<uuid:uid>/author/", agreeing.take_over, name="desk_take_over"),
    path("stories/<uuid:uid>/parties/<int:pk>/again/", tracking.again, name="desk_ask_again"),
    path("stories/<uuid:uid>/parties/<int:pk>/address/", tracking.correct, name="desk_correct"),
    path("stories/<uuid:uid>/parties/<int:pk>/take-out/", tracking.take_out, name="desk_take_out"),
    path("stories/<uuid:uid>/withdraw/", tracking.withdraw, name="desk_withdraw"),
    path("stories/<uuid:uid>/throw-away/", tracking.throw_away, name="desk_throw_away"),
]
